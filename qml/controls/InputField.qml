// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.TextField {
    id: root

    property string symbol: ""
    property bool clearable: false

    implicitHeight: Theme.controlHeight
    implicitWidth: 220
    leftPadding: symbol && !mirroredHere ? 34 : clearable && mirroredHere ? 34 : 10
    rightPadding: symbol && mirroredHere ? 34 : clearable && !mirroredHere ? 34 : 10
    readonly property bool mirroredHere: LayoutMirroring.enabled
    verticalAlignment: Text.AlignVCenter
    horizontalAlignment: Text.AlignLeft
    font.pixelSize: Theme.body
    color: Theme.text
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    placeholderTextColor: Theme.dim
    selectByMouse: true
    maximumLength: 400
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholderText

    PlainLabel {
        anchors.fill: parent
        // These are mirrored with the anchors; the paddings are already.
        anchors.leftMargin: root.mirroredHere ? root.rightPadding : root.leftPadding
        anchors.rightMargin: root.mirroredHere ? root.leftPadding : root.rightPadding
        verticalAlignment: Text.AlignVCenter
        text: root.placeholderText
        color: root.placeholderTextColor
        visible: root.length === 0 && root.preeditText.length === 0
        Accessible.ignored: true
    }
    Symbol {
        anchors.left: parent.left
        anchors.leftMargin: 10
        anchors.verticalCenter: parent.verticalCenter
        name: root.symbol
        color: Theme.dim
        visible: root.symbol.length > 0
    }
    SymbolButton {
        anchors.right: parent.right
        anchors.rightMargin: 3
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: 28
        implicitHeight: 28
        symbol: "close"
        label: qsTr("Clear")
        visible: root.clearable && root.length > 0
        onClicked: {
            root.clear();
            root.forceActiveFocus();
        }
    }
    background: Rectangle {
        radius: Theme.controlRadius
        color: Theme.surface
        border.width: root.activeFocus ? 2 : 1
        border.color: root.activeFocus ? Theme.accent : Theme.control
    }
}
