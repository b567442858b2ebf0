// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Looks at a server process from outside: CPU, memory, switches, flushes, live heap. Everything that is read from
/// `/proc` or `jcmd` has a pure parser next to it.
///
/// Reading order: [ProcessProbe], [ProcessSample], [FourLetter], [HeapProbe], [SafepointLog], [Listener].
@NullMarked
package io.zabra.bench.measure;

import org.jspecify.annotations.NullMarked;
