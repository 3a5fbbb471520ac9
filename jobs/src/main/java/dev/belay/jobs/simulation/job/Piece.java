package dev.belay.jobs.simulation.job;

/** A segment's content: what was made of some numbers. Pieces that touch can be added. */
public record Piece(long from, long to, long sum) {
  Piece and(Piece next) {
    return new Piece(from, next.to, sum + next.sum);
  }

  long digest() {
    return (from * 31 + to) * 31 + sum;
  }
}
