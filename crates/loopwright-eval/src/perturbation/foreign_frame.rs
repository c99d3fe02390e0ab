#![doc = include_str!("../../doc/perturbation/foreign_frame.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "foreign_frame",
    title: "the question between sentences in another language",
    doc: include_str!("../../doc/perturbation/foreign_frame.md"),
    dose_meaning: "sentences around the question",
    most: 4,
    invariant: Invariant::Everything,
    needs: question::NEEDED,
    apply,
};

/// In each language: a greeting, a thank-you, that one is in no hurry, and a farewell.
const LANGUAGES: [[&str; 4]; 8] = [
    ["Bonjour.", "Merci d'avance pour votre aide.", "Rien ne presse.", "Je vous souhaite une bonne journée."],
    ["Guten Tag.", "Vielen Dank für Ihre Hilfe.", "Es eilt nicht.", "Ich wünsche Ihnen einen schönen Tag."],
    ["Buenos días.", "Muchas gracias por su ayuda.", "No hay prisa.", "Le deseo un buen día."],
    ["Buongiorno.", "Grazie mille per l'aiuto.", "Non c'è fretta.", "Le auguro una buona giornata."],
    ["Bom dia.", "Muito obrigado pela ajuda.", "Não há pressa.", "Desejo-lhe um bom dia."],
    ["Goedendag.", "Hartelijk dank voor uw hulp.", "Er is geen haast bij.", "Ik wens u een fijne dag."],
    ["Dzień dobry.", "Dziękuję za pomoc.", "Nie ma pośpiechu.", "Życzę miłego dnia."],
    ["Здравствуйте.", "Спасибо за помощь.", "Это не срочно.", "Желаю вам хорошего дня."],
];

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let language = LANGUAGES[application.rng().below(LANGUAGES.len())];
    let said = &language[..application.dose.min(language.len())];
    let (before, after) = said.split_at(said.len().min(1));
    question::framed(situation, &before.join(" "), &after.join(" "))
}
