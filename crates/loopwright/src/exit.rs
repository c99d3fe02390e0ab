//! How a command ends: a stable contract with shells and CI.

use std::process::ExitCode;

/// How a command ended. The numbers never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked.
    Ok = 0,
    /// Something failed that should not have.
    Unexpected = 1,
    /// The command line, the project or another input is wrong.
    Usage = 2,
    /// A gate failed: it is worse.
    Worse = 3,
    /// Not enough evidence to say.
    Inconclusive = 4,
    /// There was nothing to run.
    Nothing = 5,
}

impl Exit {
    /// All of them, by number.
    pub const ALL: [Exit; 6] =
        [Self::Ok, Self::Unexpected, Self::Usage, Self::Worse, Self::Inconclusive, Self::Nothing];

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, in one line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "it did what was asked",
            Self::Unexpected => "something failed that should not have",
            Self::Usage => "the command line, the project or another input is wrong",
            Self::Worse => "a gate failed: it is worse",
            Self::Inconclusive => "not enough evidence to say",
            Self::Nothing => "there was nothing to run",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_contract() {
        let numbers: Vec<u8> = Exit::ALL.into_iter().map(Exit::code).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
    }
}
