// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// The life of sessions on real processes: when they end, and when they must not.
@NullMarked
package io.zabra.interop.session;

import org.jspecify.annotations.NullMarked;
