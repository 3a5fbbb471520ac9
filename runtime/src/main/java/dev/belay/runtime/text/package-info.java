/** Words that all modules say to people in the same way. */
@org.jspecify.annotations.NullMarked
package dev.belay.runtime.text;
