// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Tells NullAway what a method promises about its arguments, in the notation of the JetBrains annotation of that name:
/// `"false, _ -> fail"` means that a call with `false` as first argument does not return.
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@interface Contract {
    String value();
}
