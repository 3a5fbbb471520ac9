/** What was read or written once, on this machine's own disk. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.cache;
