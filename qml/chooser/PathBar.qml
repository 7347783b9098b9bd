// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// Where we are, each folder above a button; or a path to be typed.
Item {
    id: root

    required property FileChooser chooser
    property bool editing: false
    signal done

    implicitHeight: Theme.controlHeight

    // What is there is replaced by what is typed; what was begun by a key goes on.
    function edit(beginning: string, begun: bool) {
        editing = true;
        field.text = beginning;
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        if (begun)
            field.cursorPosition = field.length;
        else
            field.selectAll();
    }
    function leave() {
        editing = false;
        done();
    }

    ListView {
        id: crumbs

        anchors.fill: parent
        orientation: ListView.Horizontal
        interactive: false
        clip: true
        model: root.chooser.crumbs
        visible: !root.editing
        Accessible.role: Accessible.ToolBar
        Accessible.name: qsTr("Where you are")
        onCountChanged: positionViewAtEnd()
        onWidthChanged: positionViewAtEnd()
        onContentWidthChanged: positionViewAtEnd()

        delegate: T.AbstractButton {
            id: crumb

            required property string modelData
            required property int index
            readonly property bool last: index === crumbs.count - 1

            height: crumbs.height
            implicitWidth: Math.min(name.implicitWidth, 180) + 16 + (last ? 0 : 14)
            focusPolicy: Qt.StrongFocus
            hoverEnabled: true
            Accessible.role: Accessible.Button
            Accessible.name: modelData
            onClicked: last ? root.edit(root.chooser.folder, false) : root.chooser.openCrumb(index)
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()

            PlainLabel {
                id: name

                anchors.left: parent.left
                anchors.leftMargin: 8
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, 180)
                text: crumb.modelData
                elide: Text.ElideMiddle
                font.weight: crumb.last ? Font.DemiBold : Font.Normal
                Accessible.ignored: true
            }
            Symbol {
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                name: LayoutMirroring.enabled ? "back" : "forward"
                size: 12
                color: Theme.dim
                visible: !crumb.last
            }
            Rectangle {
                z: -1
                anchors.fill: parent
                anchors.rightMargin: crumb.last ? 0 : 14
                anchors.topMargin: 2
                anchors.bottomMargin: 2
                radius: Theme.controlRadius
                color: crumb.hovered ? Theme.raised : "transparent"

                FocusRing {
                    shown: crumb.visualFocus
                    gap: 0
                }
            }
        }
    }
    InputField {
        id: field

        anchors.fill: parent
        placeholderText: qsTr("A path, as ~/Documents")
        visible: root.editing
        onActiveFocusChanged: if (!activeFocus)
            root.editing = false
        Keys.onEscapePressed: root.leave()
        onAccepted: {
            const typed = text;
            root.leave();
            root.chooser.goTo(typed);
        }
    }
}
