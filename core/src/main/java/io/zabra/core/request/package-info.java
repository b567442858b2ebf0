// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// From a request to a transaction, or to an answer.
///
/// A write is checked by the [Preparer] against [Outstanding], the tree as it will be when all proposals in flight are
/// applied, and becomes a transaction or an error. A read is answered by [Reads] from the tree as it is. Both are plain
/// functions of their arguments and the tree; sessions, order and replies are the business of the node.
@NullMarked
package io.zabra.core.request;

import org.jspecify.annotations.NullMarked;
