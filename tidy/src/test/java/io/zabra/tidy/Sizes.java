// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How long things may be.
final class Sizes {

    static final int LINE_MAX = 120;
    static final int FILE_MAX = 600;
    static final int METHOD_MAX = 60;
    static final int PARAMETERS_MAX = 5;

    /// What a constructor is given is wired once, in one place, and checked by the compiler there.
    static final int WIRED_MAX = 7;

    static final int TYPES_MAX = 20;
    private static final int ARM_MAX = 3;

    private Sizes() {}

    static List<String> lines(SourceFile file) {
        List<String> found = new ArrayList<>();
        List<String> lines = file.lines();
        if (lines.size() > FILE_MAX) {
            found.add(file.path() + " has " + lines.size() + " lines, at most " + FILE_MAX);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).length() > LINE_MAX) {
                found.add(file.path() + ":" + (i + 1) + " is longer than " + LINE_MAX);
            }
        }
        return found;
    }

    static List<String> methods(SourceFile file) {
        List<String> found = new ArrayList<>();
        SourceFile.Parsed parsed = file.parse();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                String place = file.path() + ":" + parsed.line(method) + " " + method.getName();
                long length = parsed.lines(method);
                if (length > METHOD_MAX && !isFlatSwitch(method, parsed)) {
                    found.add(place + " has " + length + " lines, at most " + METHOD_MAX);
                }
                Tree parent = getCurrentPath().getParentPath().getLeaf();
                boolean canonical = parent.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
                boolean inherited = method.getModifiers().getAnnotations().stream()
                        .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
                int parameters = method.getParameters().size();
                int most = method.getReturnType() == null ? WIRED_MAX : PARAMETERS_MAX;
                if (parameters > most && !canonical && !inherited) {
                    found.add(place + " has " + parameters + " parameters, at most " + most);
                }
                return super.visitMethod(method, unused);
            }
        }.scan(parsed.unit(), null);
        return found;
    }

    static List<String> packages(List<SourceFile> files, Set<String> catalogues) {
        Map<String, Integer> types = new TreeMap<>();
        for (SourceFile file : files) {
            int inFile = (int) file.parse().unit().getTypeDecls().stream()
                    .filter(ClassTree.class::isInstance)
                    .count();
            types.merge(file.folder(), inFile, Integer::sum);
        }
        List<String> found = new ArrayList<>();
        types.forEach((folder, count) -> {
            if (count > TYPES_MAX && catalogues.stream().noneMatch(folder::endsWith)) {
                found.add(folder + " has " + count + " types, at most " + TYPES_MAX);
            }
        });
        return found;
    }

    /// A method that is nothing but a list may be as long as the list.
    private static boolean isFlatSwitch(MethodTree method, SourceFile.Parsed parsed) {
        BlockTree body = method.getBody();
        if (body == null || body.getStatements().size() != 1) {
            return false;
        }
        List<? extends CaseTree> arms = arms(body.getStatements().getFirst());
        return !arms.isEmpty() && arms.stream().allMatch(arm -> parsed.lines(arm) <= ARM_MAX);
    }

    private static List<? extends CaseTree> arms(StatementTree statement) {
        if (statement instanceof SwitchTree list) {
            return list.getCases();
        }
        ExpressionTree value = statement instanceof ReturnTree returned ? returned.getExpression() : null;
        return value instanceof SwitchExpressionTree list ? list.getCases() : List.of();
    }
}
