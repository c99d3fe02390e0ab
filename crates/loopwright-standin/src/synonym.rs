//! The bundled synonyms: everyday words of shops and offices that stand for each other. A profile knows a share of the
//! pairs, chosen by a hash. The table is fixed with the profiles' version and is not tuned to any project.

use crate::table::WordTable;

const SETS: &[&str] = &[
    "buy purchase bought acquire",
    "order purchase",
    "cancel annul void revoke",
    "return bring",
    "refund reimburse repay",
    "price cost charge fee amount rate",
    "total sum amount overall",
    "cheap inexpensive affordable",
    "expensive costly pricey",
    "discount reduction rebate",
    "voucher coupon promo code",
    "free complimentary gratis",
    "pay payment settle paid",
    "invoice bill receipt",
    "ship dispatch send mail post sent",
    "deliver arrive arrival delivery come",
    "parcel package box shipment packet",
    "courier carrier",
    "track follow trace locate",
    "status state stage progress",
    "late delayed overdue",
    "lost missing disappeared",
    "broken damaged defective faulty cracked",
    "repair fix mend",
    "exchange swap replace trade",
    "replacement substitute",
    "warranty guarantee",
    "complaint grievance",
    "customer client buyer shopper",
    "user member",
    "account profile",
    "shop store outlet branch",
    "seller vendor merchant supplier",
    "product item article good goods",
    "stock inventory availability available",
    "quantity number count amount",
    "size dimension measurement",
    "weight mass heavy weigh",
    "colour color shade",
    "kind type sort category",
    "address location",
    "place location venue",
    "city town",
    "country nation",
    "abroad overseas international foreign",
    "domestic national inland",
    "phone telephone call mobile",
    "email e-mail mail",
    "message note text",
    "contact reach",
    "open opening hour",
    "close shut closing",
    "start begin commence launch",
    "end finish stop terminate conclude",
    "change modify alter amend update edit",
    "add include append insert",
    "remove delete erase drop",
    "create make open new",
    "find search lookup locate look",
    "get fetch retrieve obtain",
    "show display view see list",
    "check verify confirm",
    "choose select pick",
    "allow permit may",
    "forbid prohibit ban refuse",
    "require need must necessary",
    "help assist support aid",
    "problem issue trouble fault",
    "question query inquiry enquiry",
    "answer reply respond response",
    "reason cause",
    "rule policy regulation",
    "limit maximum cap",
    "minimum least",
    "deadline due cutoff",
    "period duration time",
    "day date",
    "week weekly",
    "month monthly",
    "year yearly annual annually",
    "daily everyday",
    "quick fast express rapid quickly",
    "slow slowly",
    "soon shortly",
    "today now",
    "big large",
    "small little",
    "gift present",
    "card giftcard",
    "point reward loyalty",
    "subscription subscribe membership plan",
    "renew extend prolong",
    "pause suspend hold",
    "password passcode login",
    "signin login",
    "name title",
    "forename firstname",
    "surname lastname",
    "job role position",
    "company firm business organisation organization",
    "employee worker staff",
    "boss manager supervisor",
    "department team division",
    "meeting appointment",
    "schedule calendar timetable",
    "book reserve reservation booking",
    "holiday vacation leave",
    "ticket case",
    "document file",
    "report summary",
    "contract agreement",
    "tax vat duty",
    "bank account",
    "transfer move wire",
    "balance remaining left",
    "credit balance",
    "debt owe owed",
    "loan mortgage",
    "insurance cover coverage",
    "claim request",
    "request ask demand",
    "order request",
    "hotel accommodation lodging",
    "flight plane airline",
    "trip journey travel",
    "car vehicle automobile",
    "house home residence",
    "room chamber",
    "doctor physician",
    "medicine drug medication",
    "food meal dish",
    "drink beverage",
    "film movie",
    "picture image photo photograph",
    "temperature weather",
    "distance far",
    "speed velocity",
    "area surface",
    "calculate compute determine",
    "convert transform",
    "compare contrast",
    "average mean",
    "increase raise grow",
    "decrease reduce lower",
    "clean wash",
    "care maintenance maintain",
    "store keep",
    "collect pickup",
    "register enrol enroll signup",
    "expire lapse expiry valid",
    "original initial",
    "part component spare",
    "assemble assembly build",
    "instruction manual guide",
    "recycle dispose",
    "child kid",
    "person people",
    "safe secure",
    "wrong incorrect mistake error",
    "correct right",
    "accept take",
    "currency money",
    "shipping delivery postage",
    "bulk wholesale",
];

static TABLE: WordTable<1024> = WordTable::of_sets(SETS);

/// The numbers of the sets that hold a stem; at most three, the rest of a word's meanings are not known.
pub(crate) fn sets_of(stem: u64) -> [Option<u16>; 3] {
    let mut sets = [None; 3];
    if TABLE.first(stem).is_none() {
        return sets;
    }
    for (place, set) in sets.iter_mut().zip(TABLE.all(stem)) {
        *place = Some(set);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::stem_hash;

    fn share(one: &str, two: &str) -> bool {
        let (one, two) = (sets_of(stem_hash(one.as_bytes())), sets_of(stem_hash(two.as_bytes())));
        one.iter().flatten().any(|set| two.contains(&Some(*set)))
    }

    #[test]
    fn forms_of_synonyms_meet() {
        assert!(share("bought", "purchased"));
        assert!(share("parcels", "package"));
        assert!(!share("parcel", "refund"));
        assert!(SETS.len() >= 140);
    }
}
