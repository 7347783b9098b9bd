// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// How much may be exchanged; empty means as much as it wants.
RuleField {
    id: root

    required property string amount
    signal edited(amount: string)

    InputField {
        id: field

        anchors.left: parent.left
        width: 110
        horizontalAlignment: Text.AlignRight
        placeholderText: activeFocus ? "" : qsTr("no limit")
        Accessible.name: root.label
        Accessible.description: qsTr("MB")
        inputMethodHints: Qt.ImhFormattedNumbersOnly
        maximumLength: 20
        text: root.amount
        onTextEdited: root.edited(text)
    }
    PlainLabel {
        anchors.left: field.right
        anchors.leftMargin: 8
        anchors.verticalCenter: field.verticalCenter
        text: qsTr("MB")
        color: Theme.dim
        Accessible.ignored: true
    }
}
