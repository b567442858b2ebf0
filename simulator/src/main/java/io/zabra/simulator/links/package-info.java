// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// What the network layer of a simulated member keeps, as that of the product does: its port for learners
/// (`LearnersPort`), and the connections over which it votes (`VotingLinks`). Both tell the node what the product's
/// tell it: that a port is taken, that a server can be reached or not. `Incoming` takes apart what comes in over a
/// connection, `SnapshotBytes` is a snapshot on its way, `ApacheHabits` is what one does that speaks as Apache's do.
@NullMarked
package io.zabra.simulator.links;

import org.jspecify.annotations.NullMarked;
