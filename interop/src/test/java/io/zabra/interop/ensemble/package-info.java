// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// Members of this project beside real servers of Apache in one ensemble.
@NullMarked
package io.zabra.interop.ensemble;

import org.jspecify.annotations.NullMarked;
