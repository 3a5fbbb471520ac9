/** What both ends of a connection must agree on beside the messages. */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.wire;
