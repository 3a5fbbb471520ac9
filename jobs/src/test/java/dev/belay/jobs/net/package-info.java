/**
 * The real coordinator and real workers under a real network: each host a network namespace, its
 * link losing, delaying, doubling and cutting off packets by a schedule that is drawn from a seed.
 * What comes out must be exact, and the journal must tell a story in which no rule was broken.
 */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.net;
