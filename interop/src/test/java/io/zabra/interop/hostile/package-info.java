// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Clients that mean harm, or cause it: none may end the server, nor be in the way of the others.
@NullMarked
package io.zabra.interop.hostile;

import org.jspecify.annotations.NullMarked;
