// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The server process: [Main]; and [Rehearsal], which shows a JVM what the process does, so that the next one starts
/// fast.
@NullMarked
package io.zabra.server;

import org.jspecify.annotations.NullMarked;
