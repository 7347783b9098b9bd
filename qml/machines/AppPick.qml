// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One app of many: typed for, or gone through with the arrow keys.
Item {
    id: root

    required property list<appChoice> apps
    required property string holder
    property alias filter: field.text
    signal picked(holder: string)
    signal filtered(text: string)

    function settle() {
        field.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: field.height + 6 + frame.height

    InputField {
        id: field

        width: parent.width
        symbol: "search"
        placeholderText: qsTr("Find an app")
        onTextEdited: root.filtered(text)
        Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
        // One alone is meant.
        onAccepted: if (root.apps.length > 0)
            root.picked(root.apps[0].holder)
    }
    Card {
        id: frame

        anchors.top: field.bottom
        anchors.topMargin: 6
        width: parent.width
        height: 178

        ListView {
            id: list

            anchors.fill: parent
            anchors.margins: 4
            clip: true
            model: root.apps
            activeFocusOnTab: count > 0
            keyNavigationEnabled: true
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            currentIndex: -1
            T.ScrollBar.vertical: Scroll {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Apps")
            onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
                currentIndex = Math.max(0, root.apps.findIndex(app => app.holder === root.holder))
            Keys.onReturnPressed: choose()
            Keys.onEnterPressed: choose()
            Keys.onSpacePressed: choose()

            function choose() {
                if (currentIndex >= 0)
                    root.picked(root.apps[currentIndex].holder);
            }

            delegate: T.ItemDelegate {
                id: row

                required property appChoice modelData
                required property int index
                readonly property bool chosen: modelData.holder === root.holder

                width: list.width
                implicitHeight: 34
                hoverEnabled: true
                highlighted: ListView.isCurrentItem && list.activeFocus
                focusPolicy: Qt.NoFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: modelData.running ? qsTr("%1, running").arg(modelData.name) : modelData.name
                Accessible.checkable: true
                Accessible.checked: chosen
                Accessible.onPressAction: root.picked(modelData.holder)
                onClicked: {
                    list.currentIndex = index;
                    root.picked(modelData.holder);
                }

                background: Rectangle {
                    radius: Theme.controlRadius
                    color: row.chosen ? Theme.accentSoft : row.hovered ? Theme.raised : "transparent"

                    FocusRing {
                        shown: row.highlighted
                        gap: -2
                    }
                }
                contentItem: Item {
                    AppIcon {
                        id: icon

                        anchors.left: parent.left
                        anchors.leftMargin: 8
                        anchors.verticalCenter: parent.verticalCenter
                        size: 24
                        source: row.modelData.portrait
                    }
                    PlainLabel {
                        anchors.left: icon.right
                        anchors.leftMargin: 10
                        anchors.right: runs.left
                        anchors.rightMargin: 8
                        anchors.verticalCenter: parent.verticalCenter
                        text: row.modelData.name
                        font.weight: row.chosen ? Font.DemiBold : Font.Normal
                        elide: Text.ElideMiddle
                        Accessible.ignored: true
                    }
                    PlainLabel {
                        id: runs

                        anchors.right: tick.left
                        anchors.rightMargin: 8
                        anchors.verticalCenter: parent.verticalCenter
                        text: row.modelData.running ? qsTr("running") : ""
                        font.pixelSize: Theme.small
                        color: Theme.dim
                        Accessible.ignored: true
                    }
                    Symbol {
                        id: tick

                        anchors.right: parent.right
                        anchors.rightMargin: 8
                        anchors.verticalCenter: parent.verticalCenter
                        name: "check"
                        color: Theme.accent
                        opacity: row.chosen ? 1 : 0
                    }
                }
            }
        }
        PlainLabel {
            anchors.centerIn: parent
            text: qsTr("Nothing found")
            color: Theme.dim
            visible: list.count === 0
        }
    }
}
