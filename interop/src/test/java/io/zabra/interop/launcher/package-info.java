// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The script `zabra` in the root of the repository, run as a user runs it.
@NullMarked
package io.zabra.interop.launcher;

import org.jspecify.annotations.NullMarked;
