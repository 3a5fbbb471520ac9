/**
 * A user's job, modelled: ranges of numbers to be added up, and how a worker's tasks plan, run and
 * publish it. What matters of real tasks is kept: when they report what, what they wait for, and
 * what they do to store and files.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.simulation.job;
