package dev.belay.jobs.simulation.job;

import java.util.ArrayList;
import java.util.List;

/**
 * What the object of a checkpoint holds: what was added up since older ones, and where the rest of
 * the state lies. Together the pieces are the state, so whoever restores it reads all of them.
 *
 * @param own what this object adds
 * @param older the objects before it, in order
 */
record Saved(Piece own, List<Part> older) {
  /** An object that holds a part of a state, and that part. */
  record Part(String key, long digest, Piece piece) {}

  Saved {
    older = List.copyOf(older);
  }

  long digest() {
    long digest = own.digest();
    for (Part part : older) {
      digest = (digest * 31 + part.digest) * 31 + part.key.hashCode();
    }
    return digest;
  }

  /** All of the state, this object's part last. */
  List<Part> parts(String key) {
    List<Part> all = new ArrayList<>(older);
    all.add(new Part(key, digest(), own));
    return all;
  }
}
