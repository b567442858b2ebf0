// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the class file of `name` mentions: types, and members as `type.member`, all with dots.
record CompiledClass(String name, SortedSet<String> types, SortedSet<String> members) {

    private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L([^;<]+)[;<]");

    static CompiledClass parse(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        SortedSet<String> types = new TreeSet<>();
        SortedSet<String> members = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> addType(types, type.asInternalName());
                case MemberRefEntry member ->
                    members.add(member.owner().asInternalName().replace('/', '.') + "."
                            + member.name().stringValue());
                case NameAndTypeEntry pair -> addTypes(types, pair.type().stringValue());
                case MethodTypeEntry method ->
                    addTypes(types, method.descriptor().stringValue());
                default -> {}
            }
        }
        model.fields().forEach(field -> addTypes(types, field.fieldType().stringValue()));
        model.methods().forEach(method -> addTypes(types, method.methodType().stringValue()));
        return new CompiledClass(model.thisClass().asInternalName().replace('/', '.'), types, members);
    }

    /// The class in whose source file this one stands.
    String outermost() {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    String packageName() {
        return packageOf(name);
    }

    /// The packages of Zabra that this class mentions, its own left out.
    SortedSet<String> packagesUsed() {
        SortedSet<String> used = new TreeSet<>();
        for (String type : types) {
            if (type.startsWith("io.zabra.") && !packageOf(type).equals(packageName())) {
                used.add(packageOf(type));
            }
        }
        return used;
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    private static void addType(SortedSet<String> types, String internalName) {
        if (internalName.startsWith("[")) {
            addTypes(types, internalName);
        } else {
            types.add(internalName.replace('/', '.'));
        }
    }

    private static void addTypes(SortedSet<String> types, String descriptor) {
        Matcher matcher = TYPE_IN_DESCRIPTOR.matcher(descriptor);
        while (matcher.find()) {
            types.add(matcher.group(1).replace('/', '.'));
        }
    }
}
