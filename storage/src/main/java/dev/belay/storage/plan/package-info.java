/** The splits of a job as one object. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.plan;
