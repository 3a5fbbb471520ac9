package dev.belay.coordinator.core;

import java.util.HashSet;
import java.util.Set;

/**
 * What was seen in some hundred lives of a cluster, and in some rare scenes: of tasks, and of jobs.
 */
record Lives(Set<History.Transition> tasks, Set<JobHistory.Transition> jobs) {
  private static final int LIVES = 400;

  /** Lived once, for all tests that look at them. */
  static final Lives ALL = live();

  private static Lives live() {
    Lives lives = new Lives(new HashSet<>(), new HashSet<>());
    for (long seed = 0; seed < LIVES; seed++) {
      Simulation life = new Simulation(seed);
      life.run();
      lives.tasks.addAll(life.cluster.history.visited);
      lives.jobs.addAll(life.cluster.history.jobs.visited);
    }
    for (Scenes scene : Scenes.rare()) {
      lives.tasks.addAll(scene.cluster.history.visited);
      lives.jobs.addAll(scene.cluster.history.jobs.visited);
    }
    return lives;
  }
}
