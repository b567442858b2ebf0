// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// A test that takes too long for each build: it runs with `-Dmixed=all`.
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(named = "mixed", matches = "all", disabledReason = "runs with -Dmixed=all")
public @interface Thorough {}
