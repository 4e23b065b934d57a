import { timeLeft } from "../../../../core/clock";
import { cause, within } from "../../../../core/trace";
import { failureThreshold, restartDelay } from "./circuitBreaker";
import { announce, complete, fail } from "./deployments";
import { isProtected, type Deployment, type Service, type Task } from "../model";
import { takesTasks } from "../capacity/placement";
import { rolloutStep, type RolloutStep } from "./rolloutStep";
import { addServiceEvent, sayStarted, sayStopped, emitServiceAction } from "./serviceEvents";
import { maximumPercent, minimumHealthyPercent } from "./serviceSettings";
import { roomFor, startServiceTasks } from "./startServiceTasks";
import { counts, tasksToReplace, pendingOf, runningOf, tasksToKeep } from "./taskCounts";
import { sayUnplaced } from "./unplaced";
import type { EcsStore } from "../../store";

/**
 * Brings the tasks of services to their desired state. A service has a timer only from a change until the scheduler
 * has evaluated it; afterwards changes of its tasks trigger the next evaluation.
 */
export class Scheduler {
  constructor(private readonly store: EcsStore) {}

  /** Schedules an evaluation soon after the service was changed. */
  changed(service: Service): void {
    this.wake(service, this.store.pace.schedulerMs);
  }

  /** Continues a service of an earlier run of the cloud. */
  resume(service: Service): void {
    const { wake } = service;
    service.wake = undefined;
    if (wake) this.wake(service, timeLeft(wake, this.store.scope.clock));
  }

  /** Reacts to a task that reached RUNNING, failed to, or is STOPPED. */
  taskChanged(task: Task): void {
    const { service, deployment } = task;
    if (deployment && task.lastStatus === "RUNNING") resetFailures(deployment);
    if (service && deployment && isFailure(task)) this.failed(service, deployment);
    if (service) this.wake(service, 0);
    if (task.lastStatus === "STOPPED") this.roomMade(task);
  }

  /** Returns how many tasks the service should have now. */
  desiredCount(service: Service): number {
    if (service.status !== "ACTIVE") return 0;
    if (service.settings.schedulingStrategy !== "DAEMON") return service.settings.desiredCount;
    const { hasInstances, instances } = service.cluster;
    if (hasInstances) return [...instances.values()].filter(takesTasks).length;
    return this.store.capacity(service.cluster)?.instances ?? 1;
  }

  private wake(service: Service, ms: number): void {
    const { clock } = this.store.scope;
    if (service.wake && service.wake.due <= clock.now() + ms) return;
    clock.clearTimeout(service.wake);
    const by = cause();
    service.wake = clock.setTimeout(() => {
      service.wake = undefined;
      // During a rollout, the scheduler's actions belong to the deployment's span, whatever triggered them.
      const rollout = service.deployments[0]?.span;
      return within(rollout?.end === undefined ? (rollout ?? by) : by, () => {
        this.schedule(service);
        return this.store.outbox.flush();
      });
    }, ms);
  }

  private schedule(service: Service): void {
    if (service.status === "DRAINING") return this.drain(service);
    if (service.status !== "ACTIVE" || service.deployments.length === 0) return;
    this.checkBreaker(service);
    const [primary, ...others] = service.deployments;
    announce(service, primary, this.store);
    const step = this.step(service, primary);
    const failedForGood = primary.rolloutState === "FAILED";
    const acted = failedForGood ? this.stopExcess(service, step) : this.act(service, step);
    if (!acted) this.checkSteady(service, primary, others);
  }

  private step(service: Service, primary: Deployment): RolloutStep {
    const { deploymentConfiguration } = service.settings;
    const all = service.deployments.flatMap(({ tasks }) => [...tasks]);
    return rolloutStep({
      desired: this.desiredCount(service),
      minimumHealthyPercent: minimumHealthyPercent(service.settings, deploymentConfiguration),
      maximumPercent: maximumPercent(service.settings, deploymentConfiguration),
      primary: counts(tasksToKeep(primary)),
      old: counts(tasksToReplace(service)),
      stopping: all.filter(({ desiredStatus }) => desiredStatus === "STOPPED").length,
      room: roomFor(service, primary, this.store),
    });
  }

  /** Starts and stops the tasks of a step. Returns false if there is nothing to do. */
  private act(service: Service, step: RolloutStep): boolean {
    const [primary] = service.deployments;
    const { clock } = this.store.scope;
    if (step.stuck)
      addServiceEvent(
        service,
        this.store,
        "was unable to stop or start tasks during a deployment because of the service deployment " +
          "configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      );
    if (step.unplaced > 0) {
      // Room that another service makes must wake this one, also when the tasks only have to leave an instance.
      service.steady = false;
      sayUnplaced(service, this.store);
    }
    const waits = step.start > 0 && clock.now() < primary.startAfter;
    if (waits) this.wake(service, primary.startAfter - clock.now());
    const started = waits ? [] : startServiceTasks(service, primary, step.start, this.store);
    if (started.length > 0) service.steady = false;
    sayStarted(service, this.store, started);
    const old = tasksToReplace(service);
    const stopped = [
      ...this.stop(pendingOf(old), step.stopOldPending, service, primary),
      ...this.stop(runningOf(old), step.stopOldRunning, service, primary),
      ...this.stopPrimary(service, primary, step.stopPrimary),
    ];
    sayStopped(service, this.store, stopped);
    return started.length + stopped.length + step.start + step.unplaced > 0;
  }

  /** Stops tasks of a failed deployment that exceed a lowered desired count. It starts no tasks any more. */
  private stopExcess(service: Service, step: RolloutStep): boolean {
    const stopped = this.stopPrimary(service, service.deployments[0], step.stopPrimary);
    sayStopped(service, this.store, stopped);
    return stopped.length > 0;
  }

  /** Stops tasks that never ran first, then the newest. */
  private stopPrimary(service: Service, primary: Deployment, count: number): Task[] {
    const staying = tasksToKeep(primary);
    const candidates = [...pendingOf(staying), ...runningOf(staying).reverse()];
    return this.stop(candidates, count, service, primary);
  }

  private stop(tasks: readonly Task[], count: number, service: Service, by: Deployment): Task[] {
    const now = this.store.scope.clock.now();
    const chosen = tasks.filter((task) => !isProtected(task, now)).slice(0, count);
    for (const task of chosen)
      this.store.tasks.stop(
        task,
        "ServiceSchedulerInitiated",
        `Scaling activity initiated by (deployment ${by.id})`,
      );
    if (chosen.length > 0) service.steady = false;
    return chosen;
  }

  private checkSteady(service: Service, primary: Deployment, others: readonly Deployment[]): void {
    const leftover = others.some(({ tasks }) => tasks.size > 0);
    const { running } = counts(primary.tasks);
    if (leftover || running !== primary.tasks.size || running !== this.desiredCount(service))
      return;
    if (primary.rolloutState !== "FAILED") complete(service, primary, this.store);
    if (service.steady) return;
    service.steady = true;
    addServiceEvent(service, this.store, "has reached a steady state.");
    emitServiceAction(service, this.store, { type: "INFO", name: "SERVICE_STEADY_STATE" });
  }

  private checkBreaker(service: Service): void {
    const [primary] = service.deployments;
    const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker;
    const threshold = failureThreshold(breaker, this.desiredCount(service));
    if (primary.rolloutState !== "IN_PROGRESS" || threshold === undefined) return;
    if (primary.failedTasks >= threshold) fail(service, primary, this.store);
  }

  private failed(service: Service, deployment: Deployment): void {
    const now = this.store.scope.clock.now();
    deployment.failedTasks += 1;
    service.steady = false;
    if (deployment.lastFailureAt !== now) deployment.failedRounds += 1;
    deployment.lastFailureAt = now;
    const delay = restartDelay(deployment.failedRounds);
    deployment.startAfter = now + delay;
    if (delay === 0) return;
    addServiceEvent(service, this.store, "is unable to consistently start tasks successfully.");
    emitServiceAction(service, this.store, { type: "WARN", name: "SERVICE_TASK_START_IMPAIRED" });
  }

  private drain(service: Service): void {
    const tasks = service.deployments.flatMap(({ tasks: all }) => [...all]);
    for (const task of tasks)
      this.store.tasks.stop(
        task,
        "ServiceSchedulerInitiated",
        `Scaling activity initiated by (deployment ${service.deployments[0].id})`,
        this.store.pace.drainingMs,
      );
    if (tasks.length > 0) return;
    service.status = "INACTIVE";
    service.deployments = [];
  }

  /** Re-evaluates services that had no room for a task when another task has stopped. */
  private roomMade({ cluster }: Task): void {
    if (!this.store.isLimited(cluster)) return;
    for (const service of cluster.services.values())
      if (service.status === "ACTIVE" && !service.steady) this.wake(service, 0);
  }
}

/** Checks whether a task ended by itself before it ran; true only at the moment when it begins to stop. */
function isFailure({ lastStatus, startedAt, stopCode }: Task): boolean {
  return lastStatus === "DEPROVISIONING" && !startedAt && stopCode === "EssentialContainerExited";
}

function resetFailures(deployment: Deployment): void {
  deployment.failedTasks = 0;
  deployment.failedRounds = 0;
  deployment.startAfter = 0;
}
