/** Objects as files of a directory. */
@org.jspecify.annotations.NullMarked
package dev.belay.storage.file;
