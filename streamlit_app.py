"""The page's entry (页面入口): who is it, which pages, run. The gate in ``workbench/app`` stands before it."""

import streamlit as st

from workbench.pages import navigation
from workbench.services.signing_in import current_user

navigation(current_user(st.context.cookies)).run()
