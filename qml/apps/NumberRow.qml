// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// A limit that is a number; empty means none.
Item {
    id: root

    required property string title
    required property string unit
    required property int value
    property string none: qsTr("no limit")
    property int most: 16777216
    property bool last: false
    signal changed(value: int)

    implicitHeight: 58

    PlainLabel {
        anchors.left: parent.left
        anchors.right: field.left
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        text: root.title
        wrapMode: Text.Wrap
        maximumLineCount: 2
    }
    InputField {
        id: field

        anchors.right: unitLabel.left
        anchors.rightMargin: root.unit ? 8 : 0
        anchors.verticalCenter: parent.verticalCenter
        width: 110
        horizontalAlignment: Text.AlignRight
        placeholderText: activeFocus ? "" : root.none
        Accessible.name: root.title
        text: root.value > 0 ? root.value.toString() : ""
        inputMethodHints: Qt.ImhDigitsOnly
        validator: IntValidator {
            bottom: 0
            top: root.most
        }
        onEditingFinished: {
            root.changed(text.length > 0 ? parseInt(text) : 0);
            text = Qt.binding(() => root.value > 0 ? root.value.toString() : "");
        }
    }
    PlainLabel {
        id: unitLabel

        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        text: root.unit
        color: Theme.dim
    }
    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: 1
        color: Theme.hairline
        visible: !root.last
    }
}
