// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What values a setting may have.
sealed interface Kind {

    /// What is wrong with `value`, as the end of the sentence "key=value: ..."; null if nothing is.
    @Nullable
    String problem(String value);

    /// What the reference page shows as the type.
    String describe();

    /// A whole number, decimal or hexadecimal after `0x`.
    ///
    /// @param unit what is counted, such as `ms`; empty for a bare number
    record Whole(long min, long max, String unit) implements Kind {

        @Override
        public @Nullable String problem(String value) {
            Long number = parse(value);
            if (number == null) {
                return "must be a whole number" + (unit.isEmpty() ? "" : " of " + unit);
            }
            if (number < min || number > max) {
                return max == Long.MAX_VALUE || max == Integer.MAX_VALUE && number < min
                        ? "must be at least " + min
                        : "must be between " + min + " and " + max;
            }
            return null;
        }

        @Override
        public String describe() {
            return unit.isEmpty() ? "number" : unit;
        }

        static @Nullable Long parse(String value) {
            try {
                return value.startsWith("0x") || value.startsWith("0X")
                        ? Long.valueOf(value.substring(2), 16)
                        : Long.valueOf(value);
            } catch (NumberFormatException notANumber) {
                return null;
            }
        }
    }

    /// A fraction from 0 to 1.
    record Share() implements Kind {

        @Override
        public @Nullable String problem(String value) {
            try {
                double number = Double.parseDouble(value);
                return number >= 0 && number <= 1 ? null : "must be between 0 and 1";
            } catch (NumberFormatException notANumber) {
                return "must be a number between 0 and 1";
            }
        }

        @Override
        public String describe() {
            return "0 to 1";
        }
    }

    /// `true` or `false`, in capital or small letters.
    record Switch() implements Kind {

        @Override
        public @Nullable String problem(String value) {
            return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false") ? null : "must be true or false";
        }

        @Override
        public String describe() {
            return "true, false";
        }
    }

    /// One of a few words. No text means the same as `none`, if that is among them.
    record Choice(List<String> words) implements Kind {

        @Override
        public @Nullable String problem(String value) {
            String word = value.isEmpty() ? "none" : value.toLowerCase(Locale.ROOT);
            return words.contains(word) ? null : "must be one of: " + String.join(", ", words);
        }

        @Override
        public String describe() {
            return String.join(", ", words);
        }
    }

    /// Any text.
    record Text() implements Kind {

        @Override
        public @Nullable String problem(String value) {
            return null;
        }

        @Override
        public String describe() {
            return "text";
        }
    }

    /// Text that must exist if the setting is given at all.
    ///
    /// @param what what the text stands for, such as `folder`
    record Required(String what) implements Kind {

        @Override
        public @Nullable String problem(String value) {
            return value.isEmpty() ? "must not be empty" : null;
        }

        @Override
        public String describe() {
            return what;
        }
    }

    /// Text that is never shown.
    record Secret() implements Kind {

        @Override
        public @Nullable String problem(String value) {
            return null;
        }

        @Override
        public String describe() {
            return "secret";
        }
    }
}
