// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Real server processes on loopback, of Apache and of Zabra, that tests start, stop and kill.
///
/// Begin with [ServerSetup] (what to start) and [RunningServer] (a started one).
@NullMarked
package io.zabra.interop.process;

import org.jspecify.annotations.NullMarked;
