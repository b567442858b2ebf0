// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The tree of znodes, in memory: what Apache ZooKeeper keeps in `DataTree`.
///
/// In come transactions ([DataTree#apply], and [DataTree#replay] at start) and the nodes of a snapshot ([Restore]);
/// out go nodes to read ([Znode]), what a transaction did ([Applied]), the changes that watches want to know
/// ([ChangeListener]), the digest that replicas compare ([TreeDigest]) and a view that stands still while it is
/// written to disk ([FrozenTree]). One owner at a time changes and reads the tree; frozen views may go elsewhere.
///
/// Reading order: `DataTree`, then `Nodes` (how nodes are found and replaced), `Branch` and `Segment` (the table of
/// the children of one node), `Znode` (the bytes of one node).
///
/// Memory: a leaf is one byte array, `Znode`'s packed form, in a slot of its parent's table. Only nodes that have, or
/// had, children get an object of their own. Packed forms never change, so views of them can be shared freely.
@NullMarked
package io.zabra.core.tree;

import org.jspecify.annotations.NullMarked;
