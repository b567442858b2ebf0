// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Several servers that form an ensemble: each has the product's node and storage on a disk of its own, a network
/// between them fails in all ways that a network can, and clients move from one to the other. `Witness` sees all of
/// them at once and knows what must hold between them; `Ledger` knows what clients may see.
@NullMarked
package io.zabra.simulator.ensemble;

import org.jspecify.annotations.NullMarked;
