package dev.belay.coordinator.core;

import dev.belay.runtime.proto.CheckpointUnusable;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Prepared;
import dev.belay.runtime.proto.Published;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.SplitDeclined;
import dev.belay.runtime.proto.StagedFile;
import dev.belay.runtime.proto.Started;

/**
 * Reports as workers make them, where it takes no more than the lease: what a {@link TestWorker}
 * can say.
 */
class Said {
  static Report.Builder started(Lease lease, long from) {
    return Report.newBuilder()
        .setLease(lease)
        .setStarted(Started.newBuilder().setResumedFromSequence(from));
  }

  static Report.Builder unusable(Lease lease, long sequence) {
    return Report.newBuilder()
        .setLease(lease)
        .setUnusable(
            CheckpointUnusable.newBuilder()
                .setSequence(sequence)
                .setReason(CheckpointUnusable.Reason.CORRUPT)
                .setMessage("a byte"));
  }

  static Report.Builder completed(Lease lease) {
    return Report.newBuilder().setLease(lease).setCompleted(Completed.getDefaultInstance());
  }

  static Report.Builder declined(Lease lease) {
    return Report.newBuilder()
        .setLease(lease)
        .setSplitDeclined(SplitDeclined.newBuilder().setReason("too small"));
  }

  static Report.Builder planned(Lease lease, int splits) {
    return planned(lease, splits, true);
  }

  static Report.Builder planned(Lease lease, int splits, boolean splittable) {
    return Report.newBuilder()
        .setLease(lease)
        .setPlanned(
            Planned.newBuilder()
                .setPlan(ObjectRef.newBuilder().setKey("c1/job-1/plan/1"))
                .setSplits(splits)
                .setSplittable(splittable));
  }

  static Manifest manifest(String target) {
    return Manifest.newBuilder().addFiles(StagedFile.newBuilder().setTarget(target)).build();
  }

  static Report.Builder prepared(Lease lease, Manifest manifest) {
    return Report.newBuilder()
        .setLease(lease)
        .setPrepared(Prepared.newBuilder().setManifest(manifest));
  }

  static Report.Builder published(Lease lease) {
    return Report.newBuilder().setLease(lease).setPublished(Published.getDefaultInstance());
  }

  static Report.Builder failed(Lease lease, Failed.Kind kind) {
    return Report.newBuilder()
        .setLease(lease)
        .setFailed(Failed.newBuilder().setKind(kind).setMessage("no luck"));
  }

  static Report.Builder released(Lease lease) {
    return Report.newBuilder().setLease(lease).setReleased(Released.getDefaultInstance());
  }

  static Report.Builder released(Lease lease, Released.Why why) {
    return Report.newBuilder().setLease(lease).setReleased(Released.newBuilder().setWhy(why));
  }
}
