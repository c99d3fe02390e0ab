//! The loop after `eval`: where it stands, why it fails, what mends it, what holds.

use std::path::Path;

use crate::binary::{loopwright, project, write};
use crate::eval::{document, redacted, runs};

/// The project of `init`, measured with a fixed seed.
fn measured() -> (tempfile::TempDir, std::path::PathBuf) {
    let (folder, root) = project();
    let shown = loopwright(&root, &["eval", "--seed", "3", "--quiet"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    (folder, root)
}

#[test]
fn where_it_stands() {
    let (_folder, root) = project();
    insta::assert_snapshot!(loopwright(&root, &[]), @r"
    exit 0
    --- stdout
    shop: not measured yet (suites: support)
    next: loopwright eval
    ");
    let (kind, data) = document(&loopwright(&root, &["--format", "json"]), 0);
    assert_eq!((kind.as_str(), &data["measured"]), ("standing", &false.into()));
    loopwright(&root, &["eval", "--seed", "3", "--quiet"]);
    let measured = loopwright(&root, &[]);
    assert!(measured.ends_with("\nnext: loopwright diagnose says why trials fail\n"), "{measured}");
    loopwright(&root, &["diagnose", "--seed", "3", "--quiet"]);
    let shown = loopwright(&root, &[]);
    assert!(shown.contains("\n1 finding\n"), "the biggest one: {shown}");
    assert!(shown.ends_with("\nnext: loopwright improve tries remedies and keeps what holds\n"), "{shown}");
}

#[test]
fn why_it_fails() {
    let (_folder, root) = measured();
    let shown = loopwright(&root, &["why", "--seed", "3"]);
    insta::assert_snapshot!(redacted(&shown), @r"
    exit 0
    --- stdout
    6 findings

    LW301 the same case passes in some trials and fails in others
          shows in 23.3 % of trials (10.5 – 44.1 % at 95 %): 14 trials, 5 cases
          part: model
          - 14 of 60 trials, 5 of 12 cases
          - the case passes 2 of 5 trials (9 trials)
          - the case passes 1 of 5 trials (4 trials)
          - the case passes 4 of 5 trials (1 trial)
          traces: [KEY], [KEY], [KEY]
          hint: loopwright improve --finding LW301 (vote)

    LW103 the answer is taken from something beside what holds it
          shows in 11.7 % of trials (3.9 – 29.9 % at 95 %): 7 trials, 3 cases
          mending it would win 2.8 % of trials (−25.0 – 25.0 % at 95 %)
          part: knowledge
          - 7 of 60 trials, 3 of 12 cases
          - the answer is taken from another passage (4 trials)
          - the answer is taken from another sentence of the right passage (2 trials)
          - the answer cites passages that do not hold the evidence (1 trial)
          - 3 cases run again: 3 of 9 trials pass with do(context), 2 of 9 in a plain rerun
          traces: [KEY], [KEY], [KEY]
          hint: loopwright improve --finding LW103 (retrieval_parameters)

    LW401 many of the tokens that are sent do not help
          shows in 41.7 % of trials (19.3 – 68.0 % at 95 %): 25 trials, 5 cases
          part: context
          - 25 of 60 trials, 5 of 12 cases
          - of the tokens of first model calls (estimated), 21 % are passages that did not help and 0 % are schemas of unused tools
          - most of the waste is passages that the answer does not rest on (25 trials)
          traces: [KEY], [KEY], [KEY]
          hint: loopwright improve --finding LW401 (context_pruning)

    LW105 the agent declines, or asks back, although the answer was shown to it
          shows in 10.0 % of trials (2.7 – 30.6 % at 95 %): 6 trials, 3 cases
          mending it would win −2.8 % of trials (−25.0 – 21.8 % at 95 %)
          part: instructions
          - 6 of 60 trials, 3 of 12 cases
          - it declined with the evidence in what it was shown (6 trials)
          - 3 cases run again: 1 of 9 trials pass with do(context), 2 of 9 in a plain rerun
          traces: [KEY], [KEY], [KEY]
          hint: loopwright improve --finding LW105 (retrieval_parameters, few_shot)

    LW900 it fails although every stage before the answer is put right
          shows in 8.3 % of trials (1.5 – 26.0 % at 95 %): 3 trials, 1 case
          - 1 of 5 cases run again fails 3 of 3 trials with do(context,tool)
          traces: [KEY]
          hint: loopwright explain LW900

    LW901 it fails, and no signal says why
          shows in 1.7 % of trials (0.1 – 19.5 % at 95 %): 1 trial, 1 case
          - 1 of 60 trials, 1 of 12 cases
          - the agent answered, and it was not what the case expects (1 trial)
          traces: [KEY]
          hint: loopwright explain LW901
    --- stderr
    simulated model: shows the loop, not LLM performance
    next: loopwright improve tries remedies and keeps what holds
    ");
    // What was found is a fact: it is told again, not made again.
    assert_eq!(loopwright(&root, &["diagnose"]), shown);
    assert_eq!(runs(&root).len(), 2);
    let (kind, findings) = document(&loopwright(&root, &["diagnose", "--format", "json"]), 0);
    assert_eq!(kind, "findings");
    let key = findings[0]["exemplars"][0].as_str().unwrap();

    let trace = loopwright(&root, &["trace", &key[..8]]);
    insta::assert_snapshot!(redacted(&trace), @r"
    exit 0
    --- stdout
    [KEY] · case electric-day · arm base · plain · repetition 0 · run [RUN]

     0 invoke_agent support 450.9 ms
       variant [KEY]

     1 retrieval knowledge 0.0 ms
       query: How much is an electric bicycle for the day?
       [1] docs/hire-and-prices.md:0–234 1.02
       [2] docs/deposits-and-damage.md:0–258 0.82
       [3] docs/hire-and-prices.md:235–501 0.42

     2 chat small 450.9 ms
       asked: Passages: [1] (docs/hire-and-prices.md) # Hire and prices A city bicycle costs £14 for a whole day and £9 for half a day. An electric bicycle costs £28 for a whole day; it is not hired out by the half day. A child seat costs £4 for a day. Helmets are free with every hire. [2] (docs/deposits-and-damage.md) # Deposits and damage We take a deposit of £50 for a city bicycle and of £100 for an electric…
       tokens: system 118 · user 11 · knowledge 219 · tools 173
       said: A city bicycle costs £14 for a whole day and £9 for half a day. [1]

    answer A city bicycle costs £14 for a whole day and £9 for half a day. [1]
    resolved               fail  the answer does not contain `£28`
    tokens                 678  657 read, 0 of them cached; 21 written
    cost: 657 tokens in, 21 out; $0.00021; 34.7 J
    ");
    let (kind, told) = document(&loopwright(&root, &["trace", key, "--format", "json"]), 0);
    assert_eq!((kind.as_str(), &told["trial"]["site"]["key"]), ("trial", &key.into()));
    insta::assert_snapshot!(loopwright(&root, &["trace", "zz"]), @r"
    exit 2
    --- stderr
    error: no trial's key begins with `zz`
    hint: `loopwright diagnose` names trials to look at; those of the vault are sealed
    ");
}

#[test]
fn what_was_tried() {
    let (_folder, root) = measured();
    loopwright(&root, &["diagnose", "--seed", "3", "--quiet"]);
    insta::assert_snapshot!(redacted(&loopwright(&root, &["improve", "--seed", "3"])), @r#"
    exit 4
    --- stdout
      technique             for    race on dev                  gate on the vault  fate
      retrieval_parameters  LW103  +3.3 pp (−21.9 to +28.2 pp)  –                  refused
      vote                  LW301  +3.3 pp (−16.8 to +23.1 pp)  –                  refused
      vote                  LW301  0.0 pp (−15.2 to +15.2 pp)   –                  refused
      retrieval_parameters  LW103  0.0 pp (−24.0 to +24.0 pp)   –                  refused
      few_shot              LW105  0.0 pp (−24.0 to +24.0 pp)   –                  refused
      context_pruning       LW401  0.0 pp (−21.5 to +21.5 pp)   –                  refused
      retrieval_parameters: cut at headings, chunks of 40 words, show 1: shows 7 of 7 gold passages of the dev questions in place of 7, with 43 tokens in place of 159
        refused: no gain beyond chance on dev (+3.3 pp)
      vote: take the most frequent of 5 samples at each step
        refused: no gain beyond chance on dev (+3.3 pp)
      vote: take the most frequent of 3 samples at each step
        refused: no gain beyond chance on dev (0.0 pp)
      retrieval_parameters: leave out what scores below 0.7 of the best: shows 7 of 7 gold passages of the dev questions in place of 7, with 72 tokens in place of 159
        refused: no gain beyond chance on dev (0.0 pp)
      few_shot: add 2 examples of cases that pass
        refused: no gain beyond chance on dev (0.0 pp)
      context_pruning: show 1 passage instead of 3
        refused: not as good on dev, or not surely (0.0 pp)
    --- stderr
    a round is a race of 288 trials on dev and questions of 84 trials each to the vault; the first of them shows a difference of 25.1 points with power 0.8, if about 70 % pass
    about 470 calls, 300,000 tokens, $0.090, by what the last run took
    race on dev: 6 candidates, the incumbent and a placebo
         0 are worth a question to the vault
    simulated model: shows the loop, not LLM performance
    nothing was accepted: the agent stays as it is
    "#);
    let (kind, told) = document(&loopwright(&root, &["improve", "--seed", "3", "--format", "json"]), 4);
    assert_eq!(kind, "improvement");
    assert_eq!(told["attempts"].as_array().unwrap().len(), 6);
    insta::assert_snapshot!(loopwright(&root, &["improve", "--finding", "LW202"]), @r"
    exit 5
    --- stderr
    error: LW202 was not found
    hint: found were LW301, LW103, LW401, LW105, LW900, LW901
    ");
}

#[test]
fn without_a_vault_nothing_can_be_accepted() {
    let (_folder, root) = measured();
    std::fs::remove_file(root.join("cases/vault.jsonl")).unwrap();
    let shown = loopwright(&root, &["improve", "--seed", "3"]);
    assert!(shown.contains("warning: the suite has no case in the vault, so nothing can be accepted"), "{shown}");
    assert!(shown.starts_with("exit 4"), "{shown}");
}

#[test]
fn what_holds() {
    let (_folder, root) = measured();
    insta::assert_snapshot!(redacted(&loopwright(&root, &["gate", "--seed", "3"])), @r"
    exit 4
    --- stdout
    CI gate: INCONCLUSIVE
      why: `resolved` is not proven as good within the margin
      next: measure 23 trials a case in place of 3 (about 431 thousand tokens, $0.13)
      metric              difference  90 % interval     margin  verdict       detectable
      resolved (primary)     −5.6 pp  −19.3 to +8.6 pp  5.0 pp  underpowered     19.3 pp
      tokens (safeguard)       +23.3  −17.0 to +63.5      38.5  underpowered        55.8
      significance level in force: 5 %
    --- stderr
    warning: the agent is the same as what it is measured against
    about 90 calls, 57,000 tokens, $0.017, by what the last run took
    simulated model: shows the loop, not LLM performance
    ");
    let (kind, outcome) = document(&loopwright(&root, &["gate", "--seed", "3", "--format", "json"]), 4);
    assert_eq!((kind.as_str(), &outcome["kind"]), ("gate", &"ci".into()));
    insta::assert_snapshot!(loopwright(&root, &["gate", "--against", "release"]), @r"
    exit 5
    --- stderr
    error: the agent `support` has no release
    hint: `loopwright improve --accept` makes one
    ");
    insta::assert_snapshot!(loopwright(&root, &["gate", "--against", "nowhere.json"]), @r"
    exit 2
    --- stderr
    error: `nowhere.json` cannot be read: No such file or directory (os error 2)
    ");
}

#[test]
fn two_runs_are_compared() {
    let (_folder, root) = measured();
    loopwright(&root, &["eval", "--seed", "4", "--quiet"]);
    let ids = runs(&root);
    let arguments = ["compare", &ids[1], &ids[0], "--junit", "tests.xml", "--markdown", "pull.md"];
    insta::assert_snapshot!(redacted(&loopwright(&root, &arguments)), @r"
    exit 0
    --- stdout
    [RUN] against [RUN], paired by case
      metric    difference  95 % interval      margin  verdict       detectable
      resolved     −3.3 pp  −20.1 to +13.7 pp  5.0 pp  underpowered     21.5 pp
      tokens         −12.6  −41.3 to +16.1       39.7  equivalent          36.5
      1 fixed: electric-deposit
    --- stderr
    simulated model: shows the loop, not LLM performance
    wrote tests.xml
    wrote pull.md
    ");
    assert!(std::fs::read_to_string(root.join("tests.xml")).unwrap().contains("<testcase"));
    assert!(std::fs::read_to_string(root.join("pull.md")).unwrap().contains("simulated model"));
    let page = loopwright(&root, &["compare", &ids[1], &ids[0], "--html", "page.html"]);
    assert!(page.starts_with("exit 2\n"), "what would not be written is not taken: {page}");
    let (kind, both) = document(&loopwright(&root, &["compare", &ids[1], &ids[0], "--format", "json"]), 0);
    assert_eq!((kind.as_str(), both.as_array().unwrap().len()), ("comparisons", 2));
    let ambiguous = loopwright(&root, &["compare", &ids[1][..4], &ids[0]]);
    assert!(ambiguous.starts_with("exit 2\n") && ambiguous.contains(&ids[0]), "{ambiguous}");
}

#[test]
fn two_models_are_compared() {
    let (_folder, root) = measured();
    let arguments = ["compare", "--models", "standin:small,standin:mid", "--format", "json"];
    let (kind, told) = document(&loopwright(&root, &arguments), 0);
    assert_eq!(kind, "comparisons");
    assert_eq!((&told[0]["baseline"], &told[0]["candidate"]), (&"standin:small".into(), &"standin:mid".into()));
    let routed = ["compare", "--models", "standin:small,fallback(standin:nano, standin:mid)", "--format", "json"];
    let (_, told) = document(&loopwright(&root, &routed), 0);
    assert_eq!(told[0]["candidate"], "fallback/standin:nano+standin:mid", "a comma of a route parts no models");
    let refused = |models: &str| loopwright(&root, &["compare", "--models", models]);
    insta::assert_snapshot!(refused("standin:small"), @r"
    exit 2
    --- stderr
    error: two models are needed
    hint: `--models standin:small,standin:mid`
    ");
    insta::assert_snapshot!(refused("standin:small,standn:mid"), @r"
    exit 2
    --- stderr
    error: there is no provider `standn`; did you mean `standin`?
    ");
    insta::assert_snapshot!(refused("standin:small,openai:gpt-5-mini"), @r"
    exit 2
    --- stderr
    error: a simulated model and a real one are never mixed in one comparison
    ");
}

#[test]
fn runs_are_listed_and_shown() {
    let (_folder, root) = project();
    insta::assert_snapshot!(loopwright(&root, &["runs"]), @r"
    exit 5
    --- stderr
    error: nothing has been run yet
    hint: run `loopwright eval`
    ");
    loopwright(&root, &["eval", "--seed", "3", "--quiet"]);
    loopwright(&root, &["diagnose", "--seed", "3", "--quiet"]);
    loopwright(&root, &["improve", "--seed", "3", "--quiet"]);
    insta::assert_snapshot!(redacted(&loopwright(&root, &["runs"])), @r"
    exit 0
    --- stdout
    [RUN]  race       complete    240 trials · support · 8 arms · simulated
    [RUN]  diagnosis  complete    60 trials · support · base · simulated
    [RUN]  eval       complete    60 trials · support · base · simulated
    ");
    let one = loopwright(&root, &["runs", runs(&root).last().unwrap()]);
    assert!(one.contains("12 cases, 60 trials an arm"), "{one}");
    insta::assert_snapshot!(loopwright(&root, &["runs", "nope"]), @r"
    exit 2
    --- stderr
    error: there is no run `nope`
    hint: `loopwright runs` lists them
    ");
}

/// A house of rooms, all of them in passages far too long: what cuts them shorter wins about 40 points. Every other case
/// is sealed.
fn rooms() -> (tempfile::TempDir, std::path::PathBuf) {
    const ROOMS: [&str; 40] = [
        "Amber", "Basil", "Cedar", "Dahlia", "Elder", "Fennel", "Garnet", "Hazel", "Iris", "Jasmine", "Kelp", "Laurel",
        "Maple", "Nettle", "Olive", "Poppy", "Quince", "Rowan", "Sage", "Thyme", "Umber", "Violet", "Willow", "Yarrow",
        "Aster", "Birch", "Clover", "Daisy", "Ebony", "Fern", "Ginger", "Heather", "Indigo", "Juniper", "Kiwi",
        "Lilac", "Myrtle", "Nutmeg", "Orchid", "Pepper",
    ];
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let (mut pages, mut cases) = (String::from("# Rooms\n"), String::new());
    for (number, room) in ROOMS.iter().enumerate() {
        let fact = format!("The {room} room seats {} people.", 10 + 3 * number);
        pages += &format!(
            "\n## {room}\n\n{fact} It has a window to the yard and a long table of oak. Its keys hang at the front desk.\n"
        );
        let split = if number % 2 == 0 { "dev" } else { "vault" };
        cases += &format!(
            "{{\"key\": \"room-{number}\", \"input\": \"How many people does the {room} room seat?\", \"split\": \"{split}\", \
             \"expect\": {{\"answer\": {{\"contains\": \"{}\"}}, \
             \"passages\": [{{\"source\": \"docs/rooms.md\", \"quote\": \"{fact}\"}}]}}}}\n",
            10 + 3 * number
        );
    }
    write(&root, "docs/rooms.md", &pages);
    write(&root, "cases/rooms.jsonl", &cases);
    write(&root, "prompt.md", "You answer questions about the rooms of a house from the passages. Cite the passage.\n");
    write(
        &root,
        "loopwright.toml",
        "[project]\nname = \"rooms\"\n\n[agent.desk]\nmodel = \"standin:small\"\ninstructions = \"prompt.md\"\n\
         knowledge = \"rooms\"\n\n[knowledge.rooms]\nsources = [\"docs/*.md\"]\n# Never looked at again.\n\
         chunk = { by = \"words\", size = 400, overlap = 0 }\ntop_k = 1\n\n[suite.desk]\nagent = \"desk\"\n\
         cases = [\"cases/*.jsonl\"]\ntrials = 3\nmetrics = [\"tokens\"]\n\n[gate]\ntrials = 12\n",
    );
    (folder, root)
}

fn questions(root: &Path) -> i64 {
    let ledger = rusqlite::Connection::open(root.join(".loopwright/ledger.db")).unwrap();
    ledger.query_row("select count(*) from gate_query", [], |row| row.get(0)).unwrap()
}

#[test]
fn what_was_accepted_is_written_once_and_not_measured_twice() {
    let (_folder, root) = rooms();
    loopwright(&root, &["eval", "--seed", "3", "--quiet"]);
    let before = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    let tried = loopwright(&root, &["improve", "--seed", "3"]);
    assert!(tried.starts_with("exit 0\n"), "{tried}");
    assert!(tried.ends_with("to write it to the project's files: loopwright improve --accept\n"), "{tried}");
    assert_eq!(std::fs::read_to_string(root.join("loopwright.toml")).unwrap(), before, "nothing is written unasked");
    let (asked, made) = (questions(&root), runs(&root).len());
    assert!(asked >= 1);

    let written = loopwright(&root, &["improve", "--accept"]);
    assert!(written.starts_with("exit 0\n"), "{written}");
    let diff = |shown: &str| {
        shown.split_once("--- a/loopwright.toml").unwrap().1.split("--- stderr").next().unwrap().to_owned()
    };
    assert_eq!(diff(&written), diff(&tried), "what is written is what was shown");
    insta::assert_snapshot!(written.split_once("--- stderr\n").unwrap().1, @r"
    an earlier `improve` has accepted a change: it is written, and nothing measured again
    simulated model: shows the loop, not LLM performance
    changed loopwright.toml
    next: loopwright eval measures the agent with it
    ");
    assert_eq!((questions(&root), runs(&root).len()), (asked, made), "nothing is measured again");
    let after = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    assert_ne!(after, before);
    assert!(after.contains("# Never looked at again.\nchunk = {"), "comments stay: {after}");

    let standing = loopwright(&root, &[]);
    assert!(standing.ends_with("\nnext: loopwright eval measures the agent, which has changed since\n"), "{standing}");
    insta::assert_snapshot!(redacted(&loopwright(&root, &["improve", "--accept"])), @r"
    exit 2
    --- stderr
    error: the agent has changed since it was measured in the run `[RUN]`
    hint: run `loopwright eval` again
    ");
    let (_, measured) = document(&loopwright(&root, &["eval", "--seed", "4", "--quiet", "--format", "json"]), 0);
    let share = measured["arms"][0]["metrics"][0]["estimate"]["point"].as_f64().unwrap();
    assert!(share > 0.9, "{share}");
    let gate = loopwright(&root, &["gate", "--against", "release", "--seed", "5"]);
    assert!(gate.contains("warning: the agent is the same as what it is measured against"), "{gate}");
}

#[test]
fn the_vault_is_shown_nowhere() {
    let (_folder, root) = rooms();
    let mut shown = loopwright(&root, &["eval", "--seed", "3", "--html", "page.html", "--markdown", "pull.md"]);
    shown += &loopwright(&root, &["improve", "--seed", "3", "--html", "improve.html", "--format", "json"]);
    let gate = runs(&root).into_iter().map(|run| loopwright(&root, &["runs", &run])).collect::<Vec<_>>();
    assert!(gate.iter().any(|shown| shown.contains("looked at the vault, which stays sealed")), "{gate:?}");
    shown += &gate.concat();
    for file in ["page.html", "pull.md", "improve.html"] {
        shown += &std::fs::read_to_string(root.join(file)).unwrap();
    }
    assert!(shown.contains("room-2"), "cases of dev are named");
    for sealed in ["room-1\"", "room-1,", "room-13", "Basil", "Juniper"] {
        assert!(!shown.contains(sealed), "{sealed}");
    }
}
