/** How things look: JSON documents for programs, tables and progress for people. */
@org.jspecify.annotations.NullMarked
package dev.belay.jobs.cli.view;
