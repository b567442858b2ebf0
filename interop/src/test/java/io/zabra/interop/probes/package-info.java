// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// A fixed sequence of requests, each with the answer that Apache ZooKeeper 3.9.5 gave, byte for byte.
///
/// The requests are in the classes whose names end in `Probes`; the answers are in the resource `answers.txt`. It is
/// recorded, never written by hand: see [ProbesIT].
@NullMarked
package io.zabra.interop.probes;

import org.jspecify.annotations.NullMarked;
