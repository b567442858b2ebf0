// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Clients and servers that mean harm, or cause it: none may end a server, nor be in the way of the others.
@NullMarked
package io.zabra.interop.hostile;

import org.jspecify.annotations.NullMarked;
