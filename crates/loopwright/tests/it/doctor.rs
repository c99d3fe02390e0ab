use crate::binary::{data, loopwright};

#[test]
fn the_stand_in_is_examined_without_a_key() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["doctor", "--model", "standin:small", "--seed", "1"]), @r"
    exit 0
    --- stdout
    standin:small

      answers            works     `standin/small-1` in 0.4 s
      streaming          works     13 pieces
      usage              works     17 tokens read, 15 written
      price              works     the table of prices lists it
      tools              works     a call can be demanded
      parallel calls     degrades  calls come one at a time, so that agents take more steps
      tool results       works     the answer uses what the tool gave back
      structured output  works     the schema is kept
      output limit       degrades  the answer ends with Stop, not because of its length
      prompt caching     degrades  a prefix that was read before costs the same again

    9 calls: 6,176 tokens in, 149 out; $0.0018; 307 J
    --- stderr
    simulated model: shows the loop, not LLM performance
    ");
}

#[test]
fn nothing_is_spent_where_nobody_says_yes() {
    let folder = tempfile::tempdir().unwrap();
    let model = "compatible:m@http://127.0.0.1:9/v1";
    insta::assert_snapshot!(loopwright(folder.path(), &["doctor", "--model", model]), @r"
    exit 5
    --- stderr
    up to 12 calls and about 50,000 tokens; what it costs is unknown
    error: nothing was asked: there is nobody to say yes
    hint: `--yes` does not ask
    ");
    let shown = loopwright(folder.path(), &["doctor", "--model", model, "--yes", "--format", "json"]);
    assert!(shown.starts_with("exit 1\n"), "{shown}");
    let found = data(&shown, "checkup");
    let standings: Vec<&str> =
        found["lines"].as_array().unwrap().iter().map(|line| line["standing"].as_str().unwrap()).collect();
    assert_eq!((standings[0], &standings[1..]), ("fails", &["untried"; 9][..]));
    assert_eq!(found["calls"], 1);
}

#[test]
fn a_model_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["doctor", "--model", "fallback(openai:a, opnai:b)"]), @r"
    exit 2
    --- stderr
    error: invalid value 'fallback(openai:a, opnai:b)' for '--model <MODEL>': there is no provider `opnai`; did you mean `openai`?

    For more information, try '--help'.
    ");
}
