//! The codes of all findings. A code is stable: it is never given to another finding, and what it stands for is never
//! narrowed, because ledgers and people's notes refer to it.
//!
//! The first digit says where to look: 1 what the agent is shown and says, 2 what it calls, 3 how steady it is, 4 what it
//! costs, 9 what is left over.

use loopwright_core::FindingCode;

pub(crate) const RETRIEVAL_MISS: FindingCode = FindingCode(101);
pub(crate) const RANKED_TOO_LOW: FindingCode = FindingCode(102);
pub(crate) const DISTRACTOR_CAPTURED: FindingCode = FindingCode(103);
pub(crate) const UNSUPPORTED_ANSWER: FindingCode = FindingCode(104);
pub(crate) const OVER_ABSTENTION: FindingCode = FindingCode(105);
pub(crate) const WRONG_TOOL: FindingCode = FindingCode(201);
pub(crate) const MISSED_CALL: FindingCode = FindingCode(202);
pub(crate) const WRONG_ARGUMENT: FindingCode = FindingCode(203);
pub(crate) const SPURIOUS_CALL: FindingCode = FindingCode(204);
pub(crate) const NO_CLARIFICATION: FindingCode = FindingCode(205);
pub(crate) const FLAKY_SUCCESS: FindingCode = FindingCode(301);
pub(crate) const TOKEN_WASTE: FindingCode = FindingCode(401);
pub(crate) const NO_ORACLE_HELPS: FindingCode = FindingCode(900);
pub(crate) const UNEXPLAINED: FindingCode = FindingCode(901);
