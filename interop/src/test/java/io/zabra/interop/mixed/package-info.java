// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Ensembles whose members are Apache's servers and ours, in any mix and any role.
///
/// They are [io.zabra.interop.cluster.Cluster]s: what clients do is recorded and checked. [Trees] compares what members
/// hold in the end, [Leadership] makes one product lead. Tests that take long are marked [Thorough]: they run with
/// `-Dmixed=all`.
@NullMarked
package io.zabra.interop.mixed;

import org.jspecify.annotations.NullMarked;
