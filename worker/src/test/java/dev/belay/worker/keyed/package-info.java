@org.jspecify.annotations.NullMarked
package dev.belay.worker.keyed;
