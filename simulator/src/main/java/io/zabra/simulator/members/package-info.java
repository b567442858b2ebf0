// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Members of a simulated ensemble that change: what administrators ask for (`Petitions`), what a server makes of its
/// files when it starts (`Roster`), and which memberships there have been, as somebody knows who sees it all
/// (`Memberships`). And what a member's disk must keep, whatever its process says (`Shelf`).
@NullMarked
package io.zabra.simulator.members;

import org.jspecify.annotations.NullMarked;
