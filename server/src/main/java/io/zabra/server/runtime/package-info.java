// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// What drives the node: its loop, its time, and the one place that builds a server.
///
/// [NodeLoop] lets one thread at a time be the owner of the node. [Server] wires everything together.
@NullMarked
package io.zabra.server.runtime;

import org.jspecify.annotations.NullMarked;
