/** What time is, to those who may not ask for it. */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.time;
