//! `worker`: does the work that was left to it, one job after the other.

use std::time::Duration;

use loopwright_core::{Job, JobKind, JobLease, JobStatus, Queue};
use loopwright_store::Store;

use super::{diagnose, eval, improve, past_run};
use crate::cli::{DiagnoseArgs, EvalArgs, ImproveArgs, Running, Work, WorkerArgs};
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::STRONG;
use crate::workshop::{choose_suite, open_store};

/// How long a claim on a job holds.
const LEASE: Duration = Duration::from_secs(30);

/// How often it is prolonged.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// How long to wait for work.
const WAIT: Duration = Duration::from_secs(1);

/// Adds work, or does it.
pub(super) async fn run(args: WorkerArgs, context: &Context) -> Result<Exit, Fault> {
    let store = open_store(&context.project()?, context)?;
    match args.add {
        Some(work) => add(work, args, &store, context).await,
        None => work(&store, args.once, context).await,
    }
}

async fn add(work: Work, args: WorkerArgs, store: &Store, context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let suite = || choose_suite(&project, args.suite.as_ref()).map(|(name, _)| name.to_string());
    let kind = match work {
        Work::Eval => JobKind::Eval { suite: suite()? },
        Work::Improve => JobKind::Improve { suite: suite()? },
        Work::Diagnose => {
            let run = past_run::wanted(store, args.run.as_ref(), args.suite.as_ref()).await?.manifest.id;
            JobKind::Diagnose { run }
        }
    };
    let job = Job { id: entropy::job_id()?, kind, asked_ns: context.clock.now_ns() };
    store.enqueue(job.clone()).await.map_err(Fault::unexpected)?;
    context.printer.document(job.id.as_str(), "job", &job)?;
    Ok(Exit::Ok)
}

/// Does what waits. A job whose claim is lost is left to whoever holds it now.
async fn work(store: &Store, once: bool, context: &Context) -> Result<Exit, Fault> {
    let worker = entropy::worker_id()?;
    let mut done = 0_u64;
    loop {
        match store.claim_job(&worker, LEASE).await.map_err(Fault::unexpected)? {
            Some(lease) => {
                done += 1;
                carry_out(lease, store, context).await?;
            }
            None if once && done == 0 => return Err(Fault::nothing("no work waits")),
            None if once => return Ok(Exit::Ok),
            None => tokio::select! {
                () = context.clock.sleep(WAIT) => {}
                _ = tokio::signal::ctrl_c() => return Ok(Exit::Ok),
            },
        }
    }
}

async fn carry_out(lease: JobLease, store: &Store, context: &Context) -> Result<(), Fault> {
    let id = lease.job.id.clone();
    context.printer.say(&format!("{STRONG}{id}{STRONG:#}: {}", words(&lease.job.kind)));
    let ended = tokio::select! {
        ended = execute(lease.job.kind.clone(), context) => Some(ended),
        () = hold(&lease, store, context) => None,
    };
    let status = match ended {
        Some(Ok(())) => JobStatus::Done,
        Some(Err(fault)) => {
            context.printer.fault(&fault);
            JobStatus::Failed { message: fault.message() }
        }
        None => {
            context.printer.warn(&format!("the claim on {id} is lost: another worker has it"));
            return Ok(());
        }
    };
    store.finish_job(lease, status).await.map_err(Fault::unexpected)?;
    Ok(())
}

/// Prolongs the claim for as long as it holds.
async fn hold(lease: &JobLease, store: &Store, context: &Context) {
    loop {
        context.clock.sleep(HEARTBEAT).await;
        // A ledger that is busy for a moment is no reason to let go: the lease outlives several heartbeats.
        if matches!(store.heartbeat_job(lease, LEASE).await, Ok(false)) {
            return;
        }
    }
}

fn words(kind: &JobKind) -> String {
    match kind {
        JobKind::Eval { suite } => format!("measure the suite {suite}"),
        JobKind::Diagnose { run } => format!("diagnose the run {run}"),
        JobKind::Improve { suite } => format!("improve by the suite {suite}"),
        _ => "work that this version does not know".to_owned(),
    }
}

/// The commands themselves, with nobody to ask.
async fn execute(kind: JobKind, context: &Context) -> Result<(), Fault> {
    let running = Running::unattended();
    match kind {
        JobKind::Eval { suite } => {
            let suite = Some(suite.parse().map_err(Fault::usage)?);
            eval::run(EvalArgs { suite, running, ..EvalArgs::default() }, context).await?;
        }
        JobKind::Diagnose { run } => {
            diagnose::run(DiagnoseArgs { run: Some(run), running }, context).await?;
        }
        JobKind::Improve { suite } => {
            let suite = Some(suite.parse().map_err(Fault::usage)?);
            improve::run(ImproveArgs { suite, running, ..ImproveArgs::default() }, context).await?;
        }
        _ => return Err(Fault::usage("this version of loopwright does not know such work")),
    }
    Ok(())
}
