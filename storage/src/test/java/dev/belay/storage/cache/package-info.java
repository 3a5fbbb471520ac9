@org.jspecify.annotations.NullMarked
package dev.belay.storage.cache;
