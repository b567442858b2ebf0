// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Tests of the shared values.
@NullMarked
package io.zabra.wire.data;

import org.jspecify.annotations.NullMarked;
