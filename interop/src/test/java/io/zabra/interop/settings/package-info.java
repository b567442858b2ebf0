// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
/// Settings whose effect shows from outside: both servers get the same ones, and must behave the same.
@NullMarked
package io.zabra.interop.settings;

import org.jspecify.annotations.NullMarked;
