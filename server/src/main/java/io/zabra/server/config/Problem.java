// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

/// One thing that is wrong with the configuration, or worth a warning.
///
/// @param place where it stands: `zoo.cfg:12`, `-Dzookeeper.snapCount`; empty if it stands nowhere
/// @param message what is wrong and what would be right
public record Problem(String place, String message) implements Comparable<Problem> {

    /// By file and line; what stands nowhere comes last.
    @Override
    public int compareTo(Problem other) {
        if (place.isEmpty() != other.place.isEmpty()) {
            return place.isEmpty() ? 1 : -1;
        }
        int byFile = file().compareTo(other.file());
        if (byFile != 0) {
            return byFile;
        }
        int byLine = Integer.compare(line(), other.line());
        return byLine != 0 ? byLine : message.compareTo(other.message);
    }

    private String file() {
        return line() < 0 ? place : place.substring(0, place.lastIndexOf(':'));
    }

    /// The number behind the last colon; -1 if there is none.
    private int line() {
        String number = place.substring(place.lastIndexOf(':') + 1);
        if (number.length() == place.length() || number.isEmpty() || number.length() > LINE_DIGITS_MAX) {
            return -1;
        }
        for (int i = 0; i < number.length(); i++) {
            if (number.charAt(i) < '0' || number.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(number);
    }

    private static final int LINE_DIGITS_MAX = 9;

    /// `place: message`.
    @Override
    public String toString() {
        return place.isEmpty() ? message : place + ": " + message;
    }
}
