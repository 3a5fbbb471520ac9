/** A user's state as bytes, and back: Kryo's streams and dispatch, with serializers of our own. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.state;
