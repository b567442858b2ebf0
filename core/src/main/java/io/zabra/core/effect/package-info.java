// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// What the node wants done and has to tell: the way out of the state machine.
///
/// [Effects] is for what has consequences: append to the log, write a snapshot. An [Event] is for operators, a figure
/// for the [Meter]. A [Step] has all that one input is worked on with. Nothing here decides anything.
@NullMarked
package io.zabra.core.effect;

import org.jspecify.annotations.NullMarked;
