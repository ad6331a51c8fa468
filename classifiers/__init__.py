"""The learner (分类器): scikit-learn estimators over text; it scores, it never decides."""
