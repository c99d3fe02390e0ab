#![doc = include_str!("../../doc/perturbation/option_order.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question, sample};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "option_order",
    title: "the options of a question in another order",
    doc: include_str!("../../doc/perturbation/option_order.md"),
    dose_meaning: "per cent of the options that change places, at least two",
    most: 100,
    invariant: Invariant::Everything,
    needs: "a question with two options or more, each on a line of its own",
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| {
        let mut lines: Vec<&str> = text.split('\n').collect();
        let places: Vec<usize> = (0..lines.len()).filter(|line| is_option(lines[*line])).collect();
        let mut options: Vec<&str> = places.iter().map(|place| lines[*place]).collect();
        sample::dealt(&mut options, application.dose, &mut rng);
        places.into_iter().zip(options).for_each(|(place, option)| lines[place] = option);
        lines.join("\n")
    })
}

/// Whether `line` begins with a mark such as `A)`, `(b)`, `C.`, `3.`, `-` or `*`, and goes on.
fn is_option(line: &str) -> bool {
    let (mark, rest) = line.trim().split_once(char::is_whitespace).unwrap_or_default();
    let inside = mark.trim_start_matches('(').trim_end_matches([')', '.', ':']);
    let is_label = inside.len() < mark.len() && (is_letter(inside) || is_number(inside));
    !rest.trim().is_empty() && (matches!(mark, "-" | "*" | "•") || is_label)
}

fn is_letter(mark: &str) -> bool {
    mark.len() == 1 && mark.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_number(mark: &str) -> bool {
    (1..=2).contains(&mark.len()) && mark.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_has_a_mark_and_a_text() {
        for line in ["A) red", "(b) blue", " C. green", "3. four", "- tea", "D: e"] {
            assert!(is_option(line), "{line}");
        }
        for line in ["A red one", "A)", "- ", "(see below) it", "2024. A year", "Which?", "", "-tea"] {
            assert!(!is_option(line), "{line}");
        }
    }
}
